/** Text from a language model's checkpoint. */
package org.dl4jplugins.examples.generate;
