"""The suite; its folders mirror the layers."""
