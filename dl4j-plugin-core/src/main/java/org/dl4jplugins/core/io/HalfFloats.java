package org.dl4jplugins.core.io;

/**
 * Sixteen-bit floating point. Widening is exact and keeps what a NaN carries; narrowing takes the
 * nearest value, of two the one whose last bit is zero.
 */
final class HalfFloats {
    private static final float TWO_POW_112 = 0x1p112f;

    private HalfFloats() {}

    static float fromBFloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static short toBFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            int upper = bits >>> 16;
            return (short) ((upper & 0x7F) == 0 ? upper | 0x40 : upper);
        }
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    static float fromHalf(short bits) {
        int sign = (bits & 0x8000) << 16;
        int magnitude = bits & 0x7FFF;
        if (magnitude >= 0x7C00) {
            return Float.intBitsToFloat(sign | 0x7F800000 | (magnitude & 0x3FF) << 13);
        }
        float value = Float.intBitsToFloat(magnitude << 13) * TWO_POW_112;
        return Float.intBitsToFloat(sign | Float.floatToRawIntBits(value));
    }

    static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7FFFFFFF;
        if (magnitude > 0x7F800000) {
            int fraction = magnitude >>> 13 & 0x3FF;
            return (short) (sign | 0x7C00 | (fraction == 0 ? 0x200 : fraction));
        }
        if (magnitude >= 0x47800000) {
            return (short) (sign | 0x7C00);
        }
        if (magnitude < 0x38800000) {
            // Below the smallest normal half: adding 0.5 rounds to a multiple of 2^-24.
            float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
            return (short) (sign | Float.floatToRawIntBits(rounded) - 0x3F000000);
        }
        int rebased = magnitude - 0x38000000;
        return (short) (sign | (rebased + 0xFFF + (rebased >>> 13 & 1)) >>> 13);
    }
}
