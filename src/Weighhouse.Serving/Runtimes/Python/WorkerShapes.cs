using Weighhouse.Kernel;

namespace Weighhouse.Serving.Runtimes.Python;

/// <summary>From what a worker says of its model to a shape. It is not believed more than a request is.</summary>
internal static class WorkerShapes
{
    private const int PortsMax = 10_000;
    private const int RankMax = 32;
    private const int NameLengthMax = 1_000;

    public static Result<ModelShape> Read(WorkerLoaded loaded)
    {
        if (!Ports(loaded.Inputs, "input").TryGet(out var inputs, out var error)) return error;
        return Ports(loaded.Outputs, "output").TryGet(out var outputs, out error) ? new ModelShape(inputs, outputs) : error;
    }

    private static Result<List<PortShape>> Ports(IReadOnlyList<WorkerPort>? ports, string what)
    {
        if (ports is null || ports.Count == 0 || ports.Count > PortsMax)
            return Error.Invalid($"The model has {ports?.Count ?? 0} {what}s; 1 to {PortsMax} can be served.");
        var shapes = new List<PortShape>(ports.Count);
        foreach (var port in ports)
        {
            var isWhole = port.Name is { Length: > 0 and <= NameLengthMax } && port.Element is >= 0 and <= (int)ElementType.Text
                && (port.Dims is null || (port.Dims.Count <= RankMax && port.Dims.All(static size => size >= -1)));
            if (!isWhole) return Error.Invalid($"The model's {what} '{PlainText.Cut(port.Name ?? "", 64)}' is of no type that is served.");
            if (shapes.Any(shape => shape.Name == port.Name)) return Error.Invalid($"The model has two {what}s '{port.Name}'.");
            shapes.Add(new PortShape(port.Name!, (ElementType)port.Element, port.Dims));
        }

        return shapes;
    }
}
