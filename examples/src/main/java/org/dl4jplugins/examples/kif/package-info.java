/**
 * Recurrent-KIF's experiments: streams of pictures and of texts, learned by it and by the methods
 * to compare with, with one number of gradient steps for all.
 */
package org.dl4jplugins.examples.kif;
