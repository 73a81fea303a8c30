/** Where the examples' pictures come from. */
package org.dl4jplugins.examples.data;
