using Weighhouse.Kernel;

namespace Weighhouse.Versioning;

/// <summary>A failure in a place that has no result to carry it.</summary>
internal sealed class VersioningException(Error error) : ErrorException(error, null);
