using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Weighhouse.Wire.Grpc.Transport;

/// <summary>What every call needs.</summary>
internal sealed record GrpcBackend(
    GrpcOptions Options, MessageMemory Memory, TimeProvider Time, IHostApplicationLifetime Lifetime, ILogger<GrpcBackend> Logger);
