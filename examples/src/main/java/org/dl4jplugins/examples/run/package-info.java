/** What the experiments share: settings files, runs side by side, progress, means over seeds. */
package org.dl4jplugins.examples.run;
