/**
 * Which increments matter: ILA, layer significance in LLM alignment (COLM 2025, arXiv 2410.17875).
 *
 * <p>A mask gamma scales the increment of each adapted weight matrix, theta_0 + gamma (.) delta
 * theta. Stage 1 trains the increments until the loss is epsilon-stable ({@link
 * org.dl4jplugins.align.ila.StabilityListener}); stage 2 freezes everything and learns scores s
 * with gamma = sigmoid(s). A {@link org.dl4jplugins.align.ila.LayerSignificance} ranks the matrices
 * by s and makes {@link org.dl4jplugins.align.ila.LayerMask}s; {@link
 * org.dl4jplugins.align.ila.LayerOverlap} compares runs; {@link
 * org.dl4jplugins.align.ila.SignificancePage} shows all of it.
 *
 * <h2>The report's file</h2>
 *
 * {@link org.dl4jplugins.align.ila.LayerSignificance#save} writes JSON. Version 1 is an object of
 *
 * <ul>
 *   <li>{@code format}: {@code "dl4jplugins-layer-significance"}, {@code version}: 1
 *   <li>{@code run}: a name, {@code method}: how the scores came about, {@code details}: an object
 *       of texts (seed, data, settings)
 *   <li>{@code layers}: objects of {@code name}, {@code layer} (the vertex), {@code matrix} (the
 *       parameter's key), {@code inputs} and {@code outputs}; {@code fingerprint}: SHA-256 over a
 *       line {@code name TAB layer TAB matrix TAB inputs TAB outputs} for each
 *   <li>{@code scores}: numbers in the layers' order
 *   <li>{@code ranking}: names, most important first; for readers, ignored when loading
 * </ul>
 */
package org.dl4jplugins.align.ila;
