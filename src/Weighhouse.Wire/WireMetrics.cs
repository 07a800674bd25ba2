using System.Diagnostics.Metrics;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire;

/// <summary>The meter "Weighhouse.Wire".</summary>
internal static class WireMetrics
{
    public const string MeterName = "Weighhouse.Wire";

    private static readonly Meter Meter = new(MeterName);

    private static readonly Histogram<double> GrpcCallSeconds =
        Meter.CreateHistogram<double>("weighhouse.grpc.call.duration", "s", "gRPC calls by method and status; a stream is one call");

    public static void GrpcCallEnded(string method, GrpcCode code, TimeSpan duration) => GrpcCallSeconds.Record(
        duration.TotalSeconds, new KeyValuePair<string, object?>("rpc.method", method),
        new KeyValuePair<string, object?>("rpc.status", GrpcCodes.Name(code)));
}
