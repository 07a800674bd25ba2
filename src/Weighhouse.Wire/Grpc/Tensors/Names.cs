using Weighhouse.Serving;

namespace Weighhouse.Wire.Grpc.Tensors;

/// <summary>Lists of names as refusals write them.</summary>
internal static class Names
{
    public static string Of(IReadOnlyList<PortShape> ports) => string.Join(',', ports.Select(port => port.Name));
}
