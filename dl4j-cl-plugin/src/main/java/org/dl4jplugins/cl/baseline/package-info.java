/** Methods to compare with, one class each, on the trainer and with the budget of all others. */
package org.dl4jplugins.cl.baseline;
