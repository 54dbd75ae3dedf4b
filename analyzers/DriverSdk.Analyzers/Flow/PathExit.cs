using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>One way out of a body: a return or its end, or a throw when <paramref name="Throws"/> is there.</summary>
internal sealed record PathExit(PathState State, int Value, BasicBlock Source, ControlFlowBranch? Branch, Unwind? Throws);
