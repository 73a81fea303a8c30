/**
 * Multi-task data sets from files, as DL4J iterators.
 *
 * <ul>
 *   <li>{@link org.dl4jplugins.mtl.data.OverlayIterator}: MultiMNIST, MultiFashion and
 *       MultiFashion+MNIST, two pictures on one canvas, drawn batch by batch.
 *   <li>{@link org.dl4jplugins.mtl.data.DenseFolderIterator}: pictures with several labels per
 *       pixel, the layout of NYUv2 and CityScapes.
 *   <li>{@link org.dl4jplugins.mtl.data.AttributeImageIterator}: pictures with yes-or-no
 *       attributes, CelebA.
 *   <li>{@link org.dl4jplugins.mtl.data.IdxRecordReader}: IDX files for DataVec.
 * </ul>
 *
 * <p>Files are checked before they are believed: what a header claims is compared with what is
 * there, and errors name the file and, where there are lines, the line.
 */
package org.dl4jplugins.mtl.data;
