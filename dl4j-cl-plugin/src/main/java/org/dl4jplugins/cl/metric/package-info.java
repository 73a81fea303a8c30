/**
 * How much was learned, and how much of it was forgotten: one accuracy matrix, from which every
 * metric of continual learning derives.
 */
package org.dl4jplugins.cl.metric;
