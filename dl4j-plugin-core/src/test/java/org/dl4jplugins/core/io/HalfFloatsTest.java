package org.dl4jplugins.core.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.bytedeco.javacpp.indexer.Bfloat16Indexer;
import org.bytedeco.javacpp.indexer.HalfIndexer;
import org.junit.jupiter.api.Test;

class HalfFloatsTest {
    @Test
    void everyPatternSurvivesWideningAndNarrowing() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float half = HalfFloats.fromHalf((short) bits);
            if (!Float.isNaN(half)) {
                assertEquals(HalfIndexer.toFloat(bits), half, "half " + bits);
            }
            assertEquals((short) bits, HalfFloats.toHalf(half), "half " + bits);
            float brain = HalfFloats.fromBFloat16((short) bits);
            if (!Float.isNaN(brain)) {
                assertEquals(Bfloat16Indexer.toFloat(bits), brain, "bfloat16 " + bits);
            }
            assertEquals((short) bits, HalfFloats.toBFloat16(brain), "bfloat16 " + bits);
        }
    }

    @Test
    void narrowingTakesTheNearestAndOfTwoTheEven() {
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            int low = random.nextInt(0x7BFF);
            between(HalfFloats.fromHalf((short) low), HalfFloats.fromHalf((short) (low + 1)), low);
        }
        assertEquals((short) 0x7BFF, HalfFloats.toHalf(65519.996f));
        assertEquals((short) 0x7C00, HalfFloats.toHalf(65520));
        assertEquals((short) 0xFC00, HalfFloats.toHalf(-1e30f));
        assertEquals((short) 0x8000, HalfFloats.toHalf(-0f));
        assertEquals((short) 0x3F80, HalfFloats.toBFloat16(1 + 0x1p-8f));
        assertEquals((short) 0x3F82, HalfFloats.toBFloat16(1 + 0x3p-8f));
        assertEquals((short) 0x3F81, HalfFloats.toBFloat16(1 + 0x1p-8f + 0x1p-20f));
        assertEquals((short) 0x7F80, HalfFloats.toBFloat16(Float.MAX_VALUE));
    }

    private static void between(float lower, float upper, int low) {
        float middle = (lower + upper) / 2;
        int even = low % 2 == 0 ? low : low + 1;
        assertEquals((short) even, HalfFloats.toHalf(middle));
        assertEquals((short) (even | 0x8000), HalfFloats.toHalf(-middle));
        assertEquals((short) low, HalfFloats.toHalf(Math.nextDown(middle)));
        assertEquals((short) (low + 1), HalfFloats.toHalf(Math.nextUp(middle)));
    }
}
