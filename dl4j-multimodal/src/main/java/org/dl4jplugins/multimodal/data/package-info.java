/**
 * Pictures and texts: where they come from and how they become arrays. Pictures in arrays are
 * [batch, channel, height, width] in [-1, 1].
 *
 * <ul>
 *   <li>Painted scenes: {@link org.dl4jplugins.multimodal.data.SceneWorld} says which there are,
 *       {@link org.dl4jplugins.multimodal.data.SceneSplit} which are held out, {@link
 *       org.dl4jplugins.multimodal.data.SceneGenerator} draws them, {@link
 *       org.dl4jplugins.multimodal.data.ScenePainter} paints them, {@link
 *       org.dl4jplugins.multimodal.data.SceneCaptions} describes them and reads descriptions,
 *       {@link org.dl4jplugins.multimodal.data.SceneQuestions} asks.
 *   <li>Files: {@link org.dl4jplugins.multimodal.data.ImageLoader} for pictures, {@link
 *       org.dl4jplugins.multimodal.data.CaptionFiles}, {@link
 *       org.dl4jplugins.multimodal.data.ConversationFiles} and {@link
 *       org.dl4jplugins.multimodal.data.EmojiFiles} for what is said about them, and {@link
 *       org.dl4jplugins.multimodal.data.CaptionRecordReader} and {@link
 *       org.dl4jplugins.multimodal.data.ConversationRecordReader} for DataVec.
 *   <li>Batches: {@link org.dl4jplugins.multimodal.data.ImageTextIterator}; a tokenizer for small
 *       vocabularies: {@link org.dl4jplugins.multimodal.data.WordTokenizer}.
 *   <li>To look at: {@link org.dl4jplugins.multimodal.data.ImageGrid}.
 * </ul>
 */
package org.dl4jplugins.multimodal.data;
