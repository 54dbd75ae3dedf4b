using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Where a path goes when the finally block it is in has ended.</summary>
/// <param name="Branch">The branch that was on its way through the finally blocks, when it was not an exception.</param>
/// <param name="NextFinally">Which of the branch's finally blocks comes next.</param>
/// <param name="Unwind">The exception that was on its way.</param>
/// <param name="Value">The value being returned.</param>
/// <param name="Outer">What was pending when this finally block was entered.</param>
internal sealed record Continuation(ControlFlowBranch? Branch, int NextFinally, Unwind? Unwind, int Value, Continuation? Outer);
