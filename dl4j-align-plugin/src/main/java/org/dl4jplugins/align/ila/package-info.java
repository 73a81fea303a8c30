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
 * <pre>{@code
 * IlaResult result = new IlaTrainer.Builder(loraGraph, data).run("alpaca, seed 1").build().train();
 * LayerSignificance layers = result.significance();
 * new SignificancePage.Builder(layers).build().write(Path.of("layers.html"));
 * ComputationGraph tuned = LoraMasks.restrict(otherLoraGraph, layers.freezeLeast(0.25));
 * ComputationGraph rival =
 *         LoraMasks.restrict(otherLoraGraph, LayerMask.random(layers.layers(), 10, seed));
 * }</pre>
 *
 * <p>Baselines: {@link org.dl4jplugins.align.ila.LayerMask#random random}, {@link
 * org.dl4jplugins.align.ila.LayerMask#first first} and {@link
 * org.dl4jplugins.align.ila.LayerMask#last last} layers, {@link
 * org.dl4jplugins.align.ila.GradientNormListener} and {@link
 * org.dl4jplugins.align.ila.SensitivityListener}.
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
