using System.Runtime.InteropServices;
using Weighhouse.Onnx.Graphs;
using Weighhouse.Onnx.Native;

namespace Weighhouse.Onnx.Sessions;

/// <summary>What a session says of its model.</summary>
/// <param name="Inputs">In the model's order.</param>
/// <param name="Outputs">Likewise.</param>
/// <param name="Metadata">What the author wrote.</param>
internal sealed record SessionFacts(IReadOnlyList<OnnxPort> Inputs, IReadOnlyList<OnnxPort> Outputs, OnnxMetadata Metadata)
{
    public static unsafe SessionFacts Read(OnnxRuntime runtime, nint session, OnnxModel model)
    {
        var api = runtime.Api;
        var (inputs, outputs) = (new List<OnnxPort>(), new List<OnnxPort>());
        nuint count;
        api.Require(api.SessionGetInputCount(session, &count));
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            api.Require(api.SessionGetInputName(session, i, runtime.Environment.Allocator, &name));
            api.Require(api.SessionGetInputTypeInfo(session, i, &type));
            inputs.Add(Port(runtime, name, type, model.Graph.Inputs));
        }

        api.Require(api.SessionGetOutputCount(session, &count));
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            api.Require(api.SessionGetOutputName(session, i, runtime.Environment.Allocator, &name));
            api.Require(api.SessionGetOutputTypeInfo(session, i, &type));
            outputs.Add(Port(runtime, name, type, model.Graph.Outputs));
        }

        return new SessionFacts(inputs, outputs, Facts(runtime, session));
    }

    private static unsafe OnnxPort Port(OnnxRuntime runtime, byte* name, nint type, List<OnnxPort> written)
    {
        var port = new OnnxPort(TakeText(runtime, name), TypeInfo.Take(runtime.Api, type));
        // The runtime tells a tensor of any rank like one without dimensions; the file knows the difference.
        var isOpen = port.Type.Shape is { Count: 0 } && written.Find(each => each.Name == port.Name) is { Type.Shape: null };
        return isOpen ? port with { Type = port.Type with { Shape = null } } : port;
    }

    private static unsafe OnnxMetadata Facts(OnnxRuntime runtime, nint session)
    {
        var (api, allocator) = (runtime.Api, runtime.Environment.Allocator);
        nint metadata;
        byte* producer, graph, domain, description;
        byte** keys;
        long version, count;
        api.Require(api.SessionGetModelMetadata(session, &metadata));
        api.Require(api.ModelMetadataGetProducerName(metadata, allocator, &producer));
        api.Require(api.ModelMetadataGetGraphName(metadata, allocator, &graph));
        api.Require(api.ModelMetadataGetDomain(metadata, allocator, &domain));
        api.Require(api.ModelMetadataGetDescription(metadata, allocator, &description));
        api.Require(api.ModelMetadataGetVersion(metadata, &version));
        api.Require(api.ModelMetadataGetCustomMetadataMapKeys(metadata, allocator, &keys, &count));
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            byte* value;
            api.Require(api.ModelMetadataLookupCustomMetadataMap(metadata, allocator, keys[i], &value));
            facts[TakeText(runtime, keys[i])] = TakeText(runtime, value);
        }

        if (count > 0) api.Require(api.AllocatorFree(allocator, keys));
        api.ReleaseModelMetadata(metadata);
        return new OnnxMetadata(
            TakeText(runtime, producer), TakeText(runtime, graph), TakeText(runtime, domain), TakeText(runtime, description), version)
        {
            Facts = facts,
        };
    }

    private static unsafe string TakeText(OnnxRuntime runtime, byte* text)
    {
        if (text == null) return "";
        var taken = Marshal.PtrToStringUTF8((nint)text) ?? "";
        runtime.Api.Require(runtime.Api.AllocatorFree(runtime.Environment.Allocator, text));
        return taken;
    }
}
