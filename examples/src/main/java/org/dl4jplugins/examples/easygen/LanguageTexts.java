package org.dl4jplugins.examples.easygen;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.data.SceneQuestion;
import org.dl4jplugins.multimodal.easygen.ImageExample;

/** What the language model is asked, and what it learns to say. */
final class LanguageTexts {

    static final String DESCRIBE = "describe the picture .";
    static final String DRAW = "draw ";
    static final String[] SPECIAL = {"<Img>", "</Img>", "<image>"};

    /** Words beside those of the scenes. */
    static final List<String> WORDS =
            List.of("user", "assistant", "describe", "the", "picture", "draw", "here", "it", "is");

    private static final String REPLY = "here it is : <Img> ";
    private static final Pattern TAGGED = Pattern.compile("<Img>\\s*(.*?)\\s*</Img>");

    private LanguageTexts() {}

    /** Questions about captions, and requests for pictures. */
    static List<ImageExample> withoutPictures(SceneData data, int count) {
        List<ImageExample> examples = new ArrayList<>();
        for (long n = 0; examples.size() < count; n++) {
            SceneGenerator.AskedScene asked = data.training().asked(n);
            List<String> wordings = data.wordings(asked.scene().description());
            String caption = wordings.get((int) (n % wordings.size()));
            SceneQuestion question = asked.question();
            examples.add(
                    ImageExample.text(caption + " . " + question.question(), question.answer()));
            examples.add(request(data, n));
        }
        return examples;
    }

    private static ImageExample request(SceneData data, long number) {
        SceneDescription description = data.training().scene(number).description();
        List<String> wordings = SceneCaptions.captions(description);
        String wanted = wordings.get((int) (number % wordings.size()));
        return ImageExample.text(
                DRAW + wanted, REPLY + SceneCaptions.caption(description) + " </Img>");
    }

    /** A caption of each picture, and a question about it. */
    static List<ImageExample> aboutPictures(List<SceneGenerator.AskedScene> pictures) {
        List<ImageExample> examples = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            SceneGenerator.AskedScene asked = pictures.get(i);
            SceneQuestion question = asked.question();
            String caption = SceneCaptions.caption(asked.scene().description());
            examples.add(ImageExample.caption(i, DESCRIBE, caption));
            examples.add(ImageExample.question(i, question.question(), question.answer()));
        }
        return examples;
    }

    /** The description between image tags, if there is one. */
    static Optional<String> described(String reply) {
        Matcher tagged = TAGGED.matcher(reply);
        return tagged.find() ? Optional.of(tagged.group(1)) : Optional.empty();
    }
}
