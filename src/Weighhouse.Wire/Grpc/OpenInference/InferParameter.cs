using Weighhouse.Wire.Grpc.Protobuf;

namespace Weighhouse.Wire.Grpc.OpenInference;

/// <summary>An entry of a map of parameters.</summary>
/// <param name="Number">The value when it is a whole number or a boolean.</param>
internal readonly record struct InferParameter(string Name, long? Number, string? Text)
{
    /// <summary>Whether it says more than its absence would.</summary>
    public bool IsSet => Number is not null and not 0 || Text is { Length: > 0 };

    /// <summary>Reads the entry at hand.</summary>
    public static InferParameter Read(ref ProtoReader reader)
    {
        var (name, number, text) = ("", default(long?), default(string));
        var outer = reader.Enter();
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Bytes: name = reader.Text(); break;
                case (2 << 3) | ProtoWire.Bytes: (number, text) = ReadValue(ref reader); break;
                default: reader.Skip(); break;
            }
        }

        reader.Leave(outer);
        return new InferParameter(name, number, text);
    }

    private static (long? Number, string? Text) ReadValue(ref ProtoReader reader)
    {
        (long? Number, string? Text) value = default;
        var outer = reader.Enter();
        while (reader.Next())
        {
            switch (reader.Key)
            {
                case (1 << 3) | ProtoWire.Varint or (2 << 3) | ProtoWire.Varint or (5 << 3) | ProtoWire.Varint:
                    value = (reader.Int64(), null);
                    break;
                case (3 << 3) | ProtoWire.Bytes: value = (null, reader.Text()); break;
                default: reader.Skip(); break;
            }
        }

        reader.Leave(outer);
        return value;
    }
}
