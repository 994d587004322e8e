"""What a synthetic person does in a clip, before any picture is made."""
