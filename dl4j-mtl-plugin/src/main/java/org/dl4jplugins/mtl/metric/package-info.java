/** How good is each task, and all of them against single-task runs. */
package org.dl4jplugins.mtl.metric;
