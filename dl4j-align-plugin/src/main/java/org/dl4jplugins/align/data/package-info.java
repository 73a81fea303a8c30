/**
 * Text data sets for language models, as DL4J iterators.
 *
 * <ul>
 *   <li>{@link org.dl4jplugins.align.data.TextExamples} and {@link
 *       org.dl4jplugins.align.data.TextRecordReader}: instruction files, JSON arrays or JSON lines.
 *   <li>{@link org.dl4jplugins.align.data.PreferenceExamples}: files of better and worse answers.
 *   <li>{@link org.dl4jplugins.align.data.PromptTemplate}: how a conversation becomes text; {@link
 *       org.dl4jplugins.align.data.ChatTemplates} finds the one of a model.
 *   <li>{@link org.dl4jplugins.align.data.InstructionIterator} (decoders, only answers learned),
 *       {@link org.dl4jplugins.align.data.Seq2SeqIterator} (encoder-decoders), {@link
 *       org.dl4jplugins.align.data.TextClassificationIterator} (encoders), {@link
 *       org.dl4jplugins.align.data.LanguageModelIterator} (plain text), {@link
 *       org.dl4jplugins.align.data.PreferenceIterator} (pairs of answers).
 * </ul>
 *
 * <p>Token ids and masks are [batch, time], filled up on the right. Nothing is dropped without a
 * word: {@link org.dl4jplugins.align.data.EncodingSummary} counts what was cut or left out.
 */
package org.dl4jplugins.align.data;
