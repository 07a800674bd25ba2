using Microsoft.Extensions.Logging;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.GitLfs;

/// <summary>What this protocol is a view of.</summary>
internal sealed record LfsBackend(IAliases Aliases, ILocks Locks, GitLfsOptions Options, ILogger<LfsBackend> Logger);
