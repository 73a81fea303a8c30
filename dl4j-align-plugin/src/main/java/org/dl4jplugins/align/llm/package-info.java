/**
 * Hugging Face checkpoint in, {@link org.deeplearning4j.nn.graph.ComputationGraph} out, and back.
 *
 * <p>A checkpoint is a folder: {@code config.json}, safetensors, {@code tokenizer.json}. Nothing is
 * ever downloaded. Files are checked before they are believed; what is refused is named with file,
 * tensor or key, and what was expected.
 *
 * <p>In between stands a {@link org.dl4jplugins.align.llm.ModelFamily} for each architecture: it
 * reads the configuration, builds the graph out of the pieces of {@code align.transformer}, and
 * knows what its tensors are called. Vertices are named after Hugging Face's modules, so that LoRA,
 * its files and layer significance speak of the same layers as everybody else.
 */
package org.dl4jplugins.align.llm;
