/** Multi-task data sets from files. */
package org.dl4jplugins.mtl.data;
