using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Weighhouse.Versioning.Content.Tensors;

namespace Weighhouse.Versioning.Content.Merging;

/// <summary>The arithmetic of mixing weights: in doubles, rounded once to the type of the tensor.</summary>
internal static class WeightMath
{
    /// <param name="origin">Only for task arithmetic.</param>
    public static ReadOnlyMemory<byte> Mix(
        WeightRecipe recipe, NumberType type, ReadOnlyMemory<byte> origin, ReadOnlyMemory<byte> ours, ReadOnlyMemory<byte> theirs)
    {
        var count = ours.Length / NumberTypes.BytesOf(type);
        double[] mine = new double[count], other = new double[count];
        NumberTypes.ToDoubles(type, ours.Span, mine);
        NumberTypes.ToDoubles(type, theirs.Span, other);
        if (recipe.Method == WeightMethod.TaskArithmetic)
        {
            var old = new double[count];
            NumberTypes.ToDoubles(type, origin.Span, old);
            for (var i = 0; i < count; i++) mine[i] = old[i] + recipe.Ours * (mine[i] - old[i]) + recipe.Theirs * (other[i] - old[i]);
        }
        else
        {
            for (var i = 0; i < count; i++) mine[i] = recipe.Ours * mine[i] + recipe.Theirs * other[i];
        }

        return ToBytes(type, mine);
    }

    private static byte[] ToBytes(NumberType type, double[] numbers)
    {
        var bytes = new byte[numbers.Length * NumberTypes.BytesOf(type)];
        switch (type)
        {
            case NumberType.Float64:
                MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(bytes);
                break;
            case NumberType.Float32:
                for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), (float)numbers[i]);
                break;
            case NumberType.Float16:
                for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)numbers[i]);
                break;
            default:
                for (var i = 0; i < numbers.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), ToBrain(numbers[i]));
                break;
        }

        return bytes;
    }

    /// <summary>The nearest number of eight bits of fraction, ties to the even one; what is not a number stays one.</summary>
    private static ushort ToBrain(double number)
    {
        var bits = BitConverter.SingleToUInt32Bits((float)number);
        if (double.IsNaN(number)) return (ushort)(bits >> 16 | 0x40);
        return (ushort)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }
}
