namespace Weighhouse.Wire.Inference;

/// <summary>The upper half of a float, to the nearest, ties to even.</summary>
internal static class Half16
{
    public static ushort BrainOf(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value)) return (ushort)((bits >> 16) | 0x40);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    public static float FloatOf(ushort brain) => BitConverter.UInt32BitsToSingle((uint)brain << 16);
}
