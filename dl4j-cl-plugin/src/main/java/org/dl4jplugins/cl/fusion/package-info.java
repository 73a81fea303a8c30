/**
 * How what was just learned and what was kept become one: masks from importances, then pruning and
 * merging of two updates.
 */
package org.dl4jplugins.cl.fusion;
