/**
 * ILA: transformer language models as ordinary graphs, LoRA on any graph, and the layers that
 * matter for alignment.
 */
package org.dl4jplugins.align;
