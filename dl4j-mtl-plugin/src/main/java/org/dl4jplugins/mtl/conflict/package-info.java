/** Which layers do the tasks fight over. */
package org.dl4jplugins.mtl.conflict;
