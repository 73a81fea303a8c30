/** ILA's experiment: find the layers that matter, tune only those, compare with other layers. */
package org.dl4jplugins.examples.ila;
