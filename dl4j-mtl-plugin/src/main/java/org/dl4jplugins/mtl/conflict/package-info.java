/**
 * Which layers do the tasks fight over: a {@link org.dl4jplugins.mtl.conflict.ConflictListener}
 * counts during training, a {@link org.dl4jplugins.mtl.conflict.ConflictReport} ranks the layers, a
 * {@link org.dl4jplugins.mtl.conflict.ConflictComparison} says what a change of the network did.
 *
 * <h2>The report's file</h2>
 *
 * {@link org.dl4jplugins.mtl.conflict.ConflictReport#save} writes JSON. Version 1 is an object of
 *
 * <ul>
 *   <li>{@code format}: {@code "dl4jplugins-conflict-report"}, {@code version}: 1
 *   <li>{@code tasks}: names; {@code layers}: objects of {@code name} and {@code parameters} (a
 *       count); {@code fingerprint}: SHA-256 over a line {@code name TAB parameters} per layer
 *   <li>{@code cuts}: ascending, between them lie the bins (see {@link
 *       org.dl4jplugins.mtl.conflict.CosineBins}); {@code thresholds}: the severities shown in
 *       tables; {@code every}: recorded was every n-th iteration, 0 if runs differ; {@code runs}
 *   <li>{@code segments}: the training's stretches in order, each with {@code iterations} and
 *       {@code counts} [row][bin], a row for each layer and a last one for the whole model; {@code
 *       epochs}: the same with an {@code epoch}
 *   <li>{@code pairs}: in the order (0,1), (0,2), ..., (1,2), ..., each with {@code tasks} (two
 *       names), {@code counts} [row][bin], {@code sum} and {@code min} of the cosines, [row]
 *   <li>{@code norms}: per task {@code task}, {@code sum} of the gradient norms and {@code count}
 *       of those above 0, [row]
 *   <li>{@code rankings}: for each threshold the layers' scores, best first; for readers, ignored
 *       when loading
 * </ul>
 *
 * {@link org.dl4jplugins.mtl.conflict.ConflictReport#toCsv} gives one line per layer for
 * spreadsheets.
 */
package org.dl4jplugins.mtl.conflict;
