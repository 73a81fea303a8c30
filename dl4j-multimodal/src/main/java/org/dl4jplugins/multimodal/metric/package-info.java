/**
 * How good are captions, answers and pictures.
 *
 * <ul>
 *   <li>Captions against references: {@link org.dl4jplugins.multimodal.metric.Bleu}, {@link
 *       org.dl4jplugins.multimodal.metric.RougeL}, {@link org.dl4jplugins.multimodal.metric.Cider},
 *       all on the words of {@link org.dl4jplugins.multimodal.metric.CaptionWords}.
 *   <li>Captions against what a scene really shows: {@link
 *       org.dl4jplugins.multimodal.metric.AttributeAccuracy}.
 *   <li>Answers: {@link org.dl4jplugins.multimodal.metric.VqaAccuracy}.
 *   <li>Pictures against pictures: {@link org.dl4jplugins.multimodal.metric.Fid}.
 *   <li>Pictures of scenes against what they should show: {@link
 *       org.dl4jplugins.multimodal.metric.SceneRecognizer}.
 * </ul>
 */
package org.dl4jplugins.multimodal.metric;
