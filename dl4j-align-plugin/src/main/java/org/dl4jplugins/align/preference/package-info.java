/**
 * Preference tuning: direct preference optimization (Rafailov et al. 2023, "Direct Preference
 * Optimization: Your Language Model is Secretly a Reward Model") as plain {@code fit()}.
 *
 * <ul>
 *   <li>{@link org.dl4jplugins.align.preference.PreferenceTuning}: a language model to one that
 *       learns preferences, and back.
 *   <li>{@link org.dl4jplugins.align.preference.ReferenceIterator}: the data, with the log
 *       probabilities of the reference, by default the model with its adapters off.
 *   <li>{@link org.dl4jplugins.align.preference.PreferenceLossLayer}: the loss.
 *   <li>{@link org.dl4jplugins.align.preference.PreferenceListener} and {@link
 *       org.dl4jplugins.align.preference.PreferenceRewards}: rewards, margin, accuracy.
 * </ul>
 */
package org.dl4jplugins.align.preference;
