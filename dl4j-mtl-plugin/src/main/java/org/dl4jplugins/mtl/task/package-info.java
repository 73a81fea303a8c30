/** Tasks with their data. */
package org.dl4jplugins.mtl.task;
