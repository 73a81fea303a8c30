/** Networks of the multi-task literature as stock DL4J configurations. */
package org.dl4jplugins.mtl.model;
