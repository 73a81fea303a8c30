/**
 * Tasks that come one after another: their data, which outputs each may use, and how well a model
 * does on each of them over time.
 */
package org.dl4jplugins.cl.stream;
