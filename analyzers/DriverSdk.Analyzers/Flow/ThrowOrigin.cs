namespace DriverSdk.Analyzers.Flow;

/// <summary>Whether a throw is written in the body or happens inside a callee.</summary>
internal enum ThrowOrigin
{
    /// <summary>A throw statement or expression: followed to a handler or out of the body.</summary>
    Written,

    /// <summary>A callee may throw: followed into handlers only, since nearly every call might.</summary>
    Callee,
}
