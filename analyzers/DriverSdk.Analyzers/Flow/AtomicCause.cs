using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>What makes code atomic.</summary>
/// <param name="Reason">It in words that follow "in atomic context:".</param>
/// <param name="Location">Where: the call that took the lock, or the registration of the handler.</param>
internal sealed record AtomicCause(string Reason, Location? Location);
