using Microsoft.Extensions.Logging;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.Hub;

/// <summary>What this layout is a view of.</summary>
internal sealed record HubBackend(IRepositories Repositories, IRefs Refs, IFiles Files, ILogger<HubBackend> Logger);
