using Microsoft.Extensions.Logging;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.Dvc;

/// <summary>What this protocol is a view of.</summary>
internal sealed record DvcBackend(IAliases Aliases, ILogger<DvcBackend> Logger);
