/**
 * Recurrent-KIF: cycles of learning a new task, learning from memory, and fusing both updates by
 * the importance of each parameter to either side.
 */
package org.dl4jplugins.cl.kif;
