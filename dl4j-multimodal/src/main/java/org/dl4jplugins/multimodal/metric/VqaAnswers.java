package org.dl4jplugins.multimodal.metric;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes answers comparable, by the rules of the VQA evaluation code. */
final class VqaAnswers {
    private static final String PUNCTUATION = ";/[]\"{}()=+\\_-><@`,?!";
    private static final Pattern NUMBER_COMMA = Pattern.compile("\\d,\\d");
    private static final Pattern PERIOD = Pattern.compile("\\.(?!\\d)");
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");
    private static final List<String> NUMBERS =
            List.of(
                    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
                    "ten");

    /** Unlike "hell" or "well", none of these is a word without its apostrophe. */
    private static final String CONTRACTIONS =
            "ain't aren't can't could've couldn't didn't doesn't don't hadn't hasn't haven't he'd"
                    + " he's how'd how'll how's i'm i've isn't it'd it'll let's ma'am might've mightn't"
                    + " must've mustn't needn't o'clock oughtn't shan't should've shouldn't somebody's"
                    + " someone's something's that'd that's there'd there're there's they'd they'll"
                    + " they're they've wasn't we've weren't what'll what're what's what've when's"
                    + " where'd where's where've who'd who'll who's who've why'll why're why's won't"
                    + " would've wouldn't y'all you'd you'll you're you've";

    private static final Map<String, String> APOSTROPHES = apostrophes();

    private VqaAnswers() {}

    private static Map<String, String> apostrophes() {
        Map<String, String> map = new HashMap<>();
        for (String word : CONTRACTIONS.split(" ")) {
            map.put(word.replace("'", ""), word);
        }
        return map;
    }

    static String normalize(String answer) {
        String text = punctuation(answer.replaceAll("\\s+", " ").strip());
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("\\s+")) {
            String digits = number(word);
            if (!digits.isEmpty() && !ARTICLES.contains(digits)) {
                words.add(APOSTROPHES.getOrDefault(digits, digits));
            }
        }
        return String.join(" ", words);
    }

    private static String punctuation(String text) {
        boolean thousands = NUMBER_COMMA.matcher(text).find();
        String result = text;
        for (char mark : PUNCTUATION.toCharArray()) {
            boolean alone = text.contains(mark + " ") || text.contains(" " + mark);
            result = result.replace(String.valueOf(mark), alone || thousands ? "" : " ");
        }
        return PERIOD.matcher(result).replaceAll("");
    }

    private static String number(String word) {
        int number = NUMBERS.indexOf(word);
        return number >= 0 ? String.valueOf(number) : word.equals("none") ? "0" : word;
    }
}
