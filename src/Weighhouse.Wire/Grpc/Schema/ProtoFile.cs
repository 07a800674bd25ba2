namespace Weighhouse.Wire.Grpc.Schema;

/// <summary>What a .proto file declares, in the part of proto3 that our files use.</summary>
internal sealed record ProtoFile(
    string Name,
    string Package,
    IReadOnlyList<string> Imports,
    IReadOnlyList<ProtoMessage> Messages,
    IReadOnlyList<ProtoEnum> Enums,
    IReadOnlyList<ProtoService> Services);

/// <param name="IsMapEntry">Made for a field that is a map, as the compiler does.</param>
internal sealed record ProtoMessage(
    string Name,
    IReadOnlyList<ProtoField> Fields,
    IReadOnlyList<ProtoMessage> Messages,
    IReadOnlyList<ProtoEnum> Enums,
    IReadOnlyList<string> OneOfs,
    bool IsMapEntry = false);

/// <param name="Type">As the file writes it: "int32", "Dim", "tensorflow.TensorProto".</param>
/// <param name="OneOf">The place of its oneof in the message's list; null when it is in none.</param>
internal sealed record ProtoField(string Name, int Number, string Type, bool IsRepeated, int? OneOf);

internal sealed record ProtoEnum(string Name, IReadOnlyList<(string Name, int Number)> Values);

internal sealed record ProtoService(string Name, IReadOnlyList<ProtoMethod> Methods);

internal sealed record ProtoMethod(string Name, string Request, string Reply, bool IsRequestStream, bool IsReplyStream);
