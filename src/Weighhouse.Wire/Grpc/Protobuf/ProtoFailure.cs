namespace Weighhouse.Wire.Grpc.Protobuf;

/// <summary>Why bytes are not the message they should be.</summary>
internal enum ProtoFailure
{
    None,
    /// <summary>A field goes on past the end of its message.</summary>
    Truncated,
    /// <summary>A number of more than ten bytes.</summary>
    LongVarint,
    /// <summary>Field 0, a number of more than 29 bits, or a wire type nobody knows.</summary>
    BadKey,
    /// <summary>The end of a group that has not begun, or a group without its end.</summary>
    BadGroup,
    /// <summary>Messages in messages past <see cref="ProtoReader.DepthMax"/>.</summary>
    TooDeep,
    /// <summary>A text that is not UTF-8.</summary>
    BadText,
    /// <summary>A packed list whose length is no multiple of its elements'.</summary>
    BadPacking,
}
