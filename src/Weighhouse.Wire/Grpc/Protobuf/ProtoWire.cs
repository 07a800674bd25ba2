namespace Weighhouse.Wire.Grpc.Protobuf;

/// <summary>
/// The wire types of protobuf, as the low three bits of a key: <c>case 1 &lt;&lt; 3 | ProtoWire.Bytes:</c>. A known field that comes with
/// another wire type is an unknown field, as in every implementation.
/// </summary>
internal static class ProtoWire
{
    public const uint Varint = 0;
    public const uint Fixed64 = 1;
    public const uint Bytes = 2;
    public const uint GroupStart = 3;
    public const uint GroupEnd = 4;
    public const uint Fixed32 = 5;

    public const int VarintBytesMax = 10;

    /// <summary>The largest number that a field can have: 29 bits.</summary>
    public const uint FieldMax = (1 << 29) - 1;

    public static int SizeOf(ulong varint) => (68 - System.Numerics.BitOperations.LeadingZeroCount(varint | 1)) * 9 / 64 + 1;
}
