/**
 * Gives the disputed layers to each task: Recon (ICLR 2023), algorithm 1.
 *
 * <p>{@link org.dl4jplugins.mtl.recon.ReconTransformer} reads a graph and a selection of layers,
 * shows a {@link org.dl4jplugins.mtl.recon.ReconPlan}, and makes a new graph:
 *
 * <pre>{@code
 * ReconTransformer recon =
 *         new ReconTransformer.Builder(graph).report(report, -0.1).topK(25).build();
 * System.out.println(recon.plan());
 * ComputationGraph modified = recon.transform();
 * }</pre>
 *
 * <p>A layer {@code x} that was split is found as {@code x@task}. Shared layers keep their names;
 * those after a split run once on all tasks' activations, stacked along the batch (package {@link
 * org.dl4jplugins.mtl.stream}). Helper vertices are named after what they carry: {@code x@all} is
 * the stack of {@code x} for all tasks, {@code x@task} one task's stream of a shared {@code x}.
 */
package org.dl4jplugins.mtl.recon;
