/**
 * Searches settings of Recurrent-KIF with Arbiter, which is an optional dependency: who does not
 * use this package never loads it.
 */
package org.dl4jplugins.cl.arbiter;
