/** One small command line over the plugins. */
package org.dl4jplugins.examples;
