/** Examples of old tasks that are kept: which, how many, and saved with a model's state. */
package org.dl4jplugins.cl.memory;
